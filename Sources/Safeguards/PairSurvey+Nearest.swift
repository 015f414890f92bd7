internal import RobotModel

// How near two solids can come that only two joints move against each other.
extension PairSurvey {
    /// A part of the two joints' ranges: its middle and half its size, radians.
    fileprivate struct Cell {
        var middle: (Double, Double)
        var half: (Double, Double)

        /// Its four quarters.
        var quarters: [Cell] {
            let quarter = (half.0 / 2, half.1 / 2)
            return [(-1.0, -1.0), (-1, 1), (1, -1), (1, 1)].map {
                Cell(middle: (middle.0 + $0.0 * quarter.0, middle.1 + $0.1 * quarter.1), half: quarter)
            }
        }
    }

    /// What is nearer counts as touching, metres.
    static let touching = 0.002
    /// How far below the nearest that was found the answer may stay, as a share of it: nobody needs it exactly.
    private static let slack = 0.25
    private static let largestCellCount = 40_000

    /// Metres that the two surely keep wherever the two joints stand; 0 if they may come to touch.
    ///
    /// Branch and bound over the ranges (Piyavskii, Shubert): what is `gap` apart in the middle of a cell is at least
    /// `gap` − Σ lever · half its size apart all over it, so that nothing between the poses that are tried is missed.
    func nearest(_ pair: (near: Int, far: Int), joints: (Int, Int)) -> Double {
        let levers = (lever(joints.0, pair), lever(joints.1, pair))
        var cells = [Cell(ranges[joints.0], ranges[joints.1])]
        var nearest = Double.infinity
        var kept = Double.infinity
        var count = 0
        while let cell = cells.popLast() {
            count += 1
            let gap = gap(pair, joints, cell.middle)
            nearest = min(nearest, gap)
            let least = gap - levers.0 * cell.half.0 - levers.1 * cell.half.1
            if nearest <= Self.touching || (count > Self.largestCellCount && least <= Self.touching) { return 0 }
            if least >= nearest * (1 - Self.slack) || count > Self.largestCellCount {
                kept = min(kept, least)
            } else {
                cells += cell.quarters
            }
        }
        return kept
    }

    private func gap(_ pair: (near: Int, far: Int), _ joints: (Int, Int), _ angles: (Double, Double)) -> Double {
        var values = ChainValues(repeating: 0)
        for (index, range) in ranges.enumerated() { values[index] = range.lowerBound }
        (values[joints.0], values[joints.1]) = angles
        let frames = chain.frames(values)
        func placed(_ solid: Int) -> PlacedVolume { solids[solid].moved(by: frames[links[solid]]) }
        return placed(pair.near).gap(to: placed(pair.far))
    }

    /// Metres that no point of the pair's solid that the joint carries can be away from its axis.
    private func lever(_ joint: Int, _ pair: (near: Int, far: Int)) -> Double {
        let solid = carriers(links[pair.far]).contains(joint) ? pair.far : pair.near
        var metres = solids[solid].centre.length + solids[solid].reach
        var link = links[solid]
        while chain.links[link].joint?.name != chain.jointNames[joint], let parent = chain.links[link].parent {
            metres += chain.links[link].origin.position.length
            link = parent
        }
        return metres
    }
}

extension PairSurvey.Cell {
    fileprivate init(_ first: ClosedRange<Double>, _ second: ClosedRange<Double>) {
        func middle(_ range: ClosedRange<Double>) -> Double { (range.lowerBound + range.upperBound) / 2 }
        func half(_ range: ClosedRange<Double>) -> Double { (range.upperBound - range.lowerBound) / 2 }
        self.init(middle: (middle(first), middle(second)), half: (half(first), half(second)))
    }
}
