import RobotModel
import TestSupport

/// Simple sentences with what they mean.
enum Sentences {
    static let simple: [(text: String, things: [Thing], goal: Goal)] =
        blocks.map { ($0.0, Scenes.blocks, $0.1) } + kitchen.map { ($0.0, Scenes.kitchen, $0.1) }
        + workshop.map { ($0.0, Scenes.workshop, $0.1) }

    private static let blocks: [(String, Goal)] = [
        ("put the red block in the bin", .inside("red block", "bin")),
        ("Place the green block into the tray.", .inside("green block", "tray")),
        ("drop the yellow block in the bin", .inside("yellow block", "bin")),
        ("stack the red block on the green block", .on("red block", "green block")),
        ("stack green on yellow", .on("green block", "yellow block")),
        ("put the blue one on the plate", .on("blue block", "plate")),
        ("move the red cube to the tray", .inside("red block", "tray")),
        ("could you please put the red block into the bin?", .inside("red block", "bin")),
        ("I want the blue block on top of the red block", .on("blue block", "red block")),
        ("pick up the red block", .held("red block")),
        ("grab the green block", .held("green block")),
        ("lift the yellow one", .held("yellow block")),
        ("hold the blue block", .held("blue block")),
        ("bring me the green block", .held("green block")),
        ("take the red block and put it in the bin", .inside("red block", "bin")),
        ("pick up the yellow block and place it on the plate", .on("yellow block", "plate")),
        ("go home", .armAt("home")),
        ("return to the home position", .armAt("home")),
        ("bring the arm home", .armAt("home")),
        ("move your arm back home please", .armAt("home")),
        ("in the bin put the red block", .inside("red block", "bin")),
        ("shove the red block into the bin", .inside("red block", "bin")),
        ("the green block belongs in the bin", .inside("green block", "bin")),
        ("the yellow block should go on the plate", .on("yellow block", "plate")),
        ("red block in the tray, please", .inside("red block", "tray")),
        ("throw the blue brick in the basket", .inside("blue block", "bin")),
        ("carefully set the green block down on the blue block", .on("green block", "blue block")),
        ("hey robot, would you put the yellow block in the tray now", .inside("yellow block", "tray")),
        ("place the shiny red block in the bin", .inside("red block", "bin")),
        ("PUT THE RED BLOCK IN THE BIN!!!", .inside("red block", "bin")),
    ]

    private static let kitchen: [(String, Goal)] = [
        ("put the lemon in the wooden tray", .inside("lemon", "wooden tray")),
        ("drop the sponge into the waste bin", .inside("sponge", "waste bin")),
        ("place the coffee mug on the saucer", .on("coffee mug", "saucer")),
        ("put the mug on the saucer", .on("coffee mug", "saucer")),
        ("stack the tea tin on the sponge", .on("tea tin", "sponge")),
        ("move the salt shaker to the tray", .inside("salt shaker", "wooden tray")),
        ("throw the lemon in the trash", .inside("lemon", "waste bin")),
        ("pick up the tea tin", .held("tea tin")),
        ("get the salt", .held("salt shaker")),
        ("hand me the lemon", .held("lemon")),
        ("grasp the green tin", .held("tea tin")),
        ("put the yellow thing in the bin", .inside("lemon", "waste bin")),
        ("put the orange one on the saucer", .on("sponge", "saucer")),
        ("lay the sponge on the saucer", .on("sponge", "saucer")),
        ("get rid of the lemon in the waste bin", .inside("lemon", "waste bin")),
        ("put the salt shaker on the blue saucer", .on("salt shaker", "saucer")),
        ("place the shaker inside the wooden tray", .inside("salt shaker", "wooden tray")),
        ("transfer the tea tin from the saucer to the tray", .inside("tea tin", "wooden tray")),
        ("please lift the coffee mug up", .held("coffee mug")),
        ("now go back home", .armAt("home")),
    ]

    private static let workshop: [(String, Goal)] = [
        ("put the small cube on the big cube", .on("small cube", "big cube")),
        ("put the big cube on the lid", .on("big cube", "lid")),
        ("drop the battery in the parts basket", .inside("battery", "parts basket")),
        ("drop the battery in the basket", .inside("battery", "parts basket")),
        ("place the eraser on the small cube", .on("eraser", "small cube")),
        ("move the golf ball to the basket", .inside("golf ball", "parts basket")),
        ("put the ball in the basket", .inside("golf ball", "parts basket")),
        ("pick the eraser up", .held("eraser")),
        ("take the battery", .held("battery")),
        ("raise the small cube", .held("small cube")),
        ("put the pink eraser on the red lid", .on("eraser", "lid")),
        ("put the light blue cube in the basket", .inside("small cube", "parts basket")),
        ("stack the dark blue cube on the lid", .on("big cube", "lid")),
        ("put the black thing onto the lid", .on("battery", "lid")),
        ("the golf ball goes in the parts basket", .inside("golf ball", "parts basket")),
        ("set the battery on the big cube", .on("battery", "big cube")),
        ("deliver the eraser to the basket", .inside("eraser", "parts basket")),
        ("return home", .armAt("home")),
    ]
}
