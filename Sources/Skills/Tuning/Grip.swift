/// What is believed of the grip, and of what is held.
public enum Grip {
    /// Kilograms believed of what is held, before anything is known: about a wooden block of 4 cm.
    public static let assumedMass = 0.05
    /// Kilograms that anything weighs at least: an error of weighing must not leave a thing without a mass.
    package static let lightest = 0.005
    /// Kilograms that a weighing in the hand may find: less is lost in friction, more the arm does not lift; by trial.
    static let weighed = 0.02...0.6
    /// N·m per kilogram below which a joint tells nothing of a weight: friction hides it (1 cm of lever is 0.1).
    static let leastLever = 0.1
    /// Metres between the pads where it is not known how far they are open: about half of the widest.
    static let opening = 0.03
    /// How far the moving jaw opens before the arm shifts to leave the thing midway, as a share of the room on one side:
    /// less, the jaw that still closes would push what is tall over; by trial.
    static let firstOpening = 1.2
}
