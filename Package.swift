// swift-tools-version: 6.2
import Foundation
import PackageDescription

guard FileManager.default.fileExists(atPath: Context.packageDirectory + "/.deps/complete") else {
    fatalError("The engines Foresight links against are missing: run `make setup` first.")
}

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// SwiftPM drops an rpath given by pkg-config, so the two modules that face an engine carry it.
let enginePath: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../../../.deps/lib"])
]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = [],
    linker: [LinkerSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings,
        linkerSettings: linker)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }

let package = Package(
    name: "foresight",
    products: [
        .executable(name: "foresight", targets: ["foresight"]),
        .executable(name: "foresightd", targets: ["foresightd"]),
        .executable(name: "foresight-mind", targets: ["foresight-mind"]),
        .executable(name: "foresight-virtual", targets: ["foresight-virtual"]),
        .executable(name: "foresight-eval", targets: ["foresight-eval"]),
        .executable(name: "foresight-picture", targets: ["foresight-picture"]),
        .executable(name: "foresight-arm", targets: ["foresight-arm"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    ],
    targets: [
        // floor 0: the machine
        .systemLibrary(name: "CSerialPort", pkgConfig: "libserialport", providers: [.apt(["libserialport-dev"])]),
        .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .systemLibrary(name: "CMuJoCo", pkgConfig: "mujoco"),
        .systemLibrary(name: "CLlama", pkgConfig: "llama"),
        .target(name: "CPlatform"),

        // floor 1: nouns and words
        // shipped arms are inside the programs, too: links into Config/arms
        module(
            "RobotModel", [toml],
            resources: [.embedInCode("Arms/so101.arm.toml"), .embedInCode("Arms/so101.chain.toml")]),
        module("Messages", ["RobotModel"]),
        // what a moving arm is held to: guards, limits of set-points, clearance; by the body and in imagination
        module("Safeguards", ["RobotModel"]),

        // floor 2: bytes, files and physics
        module("ServoProtocols"),
        module("SerialLink", ["CPlatform", "CSerialPort", "CUdev"]),
        module("Traces", ["CZstd"]),
        module("Physics", ["CMuJoCo", "RobotModel"], linker: enginePath),

        module("Pictures", ["Messages"]),

        // what all programs need of a terminal and the system
        module("Console"),

        // floor 3: motors, channels and language
        module("Hardware", ["RobotModel", "ServoProtocols", "SerialLink", "CPlatform"]),
        module(
            "Channels",
            [
                "RobotModel", "Messages", "CPlatform", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                nio("NIOWebSocket"), nio("NIOFoundationCompat"), nio("NIOConcurrencyHelpers"),
            ]),
        module(
            "LanguagePolicy", ["CLlama", "CPlatform", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1")],
            linker: enginePath),

        // pictures from MuJoCo's renderer, for one small program
        module("Rendering", ["CMuJoCo", "CPNG", "Messages", "Pictures"], linker: enginePath),

        // floor 4: what moves, and what is meant
        module("Control", ["RobotModel", "Safeguards", "SerialLink", "Hardware", "CPlatform"]),
        module("Skills", ["RobotModel", "Physics"]),
        module("Understanding", ["RobotModel", "LanguagePolicy"]),

        // floor 5: the body as its clients meet it
        module("Body", ["RobotModel", "Messages", "SerialLink", "Hardware", "Channels", "Control", "CPlatform"]),

        // floors 5 and 6: imagination and decision
        module("WorldModel", ["RobotModel", "Safeguards", "Physics", "Skills"]),
        module(
            "Planning",
            [
                "RobotModel", "Messages", "Channels", "LanguagePolicy", "Understanding", "Skills", "WorldModel",
                "CPlatform",
            ]),

        // the planner measured: tasks on simulated robots
        module(
            "Evaluation",
            [
                "RobotModel", "Messages", "Hardware", "Control", "Physics", "Plant", "LanguagePolicy", "Understanding",
                "Skills", "WorldModel", "Planning",
            ]),

        // top: assembly and command line
        program(
            "foresightd",
            [
                "RobotModel", "Messages", "SerialLink", "Channels", "Control", "Body", "Traces", "Console", "CPlatform",
                arguments,
            ]),
        program(
            "foresight-mind",
            [
                "RobotModel", "Messages", "Channels", "LanguagePolicy", "Understanding", "WorldModel", "Planning",
                "Console",
                "CPlatform",
                arguments,
            ]),
        program(
            "foresight",
            [
                "RobotModel", "Messages", "SerialLink", "Hardware", "Control", "Channels", "Traces", "Pictures",
                "Console", "CPlatform", "CEdit", arguments,
            ]),
        program(
            "foresight-virtual",
            ["RobotModel", "Messages", "SerialLink", "Channels", "Plant", "Console", "CPlatform", arguments]),

        program("foresight-picture", ["Messages", "Pictures", "Rendering", arguments]),

        program("foresight-arm", ["RobotModel", "Physics", arguments]),

        // beside: what make bench runs
        .target(name: "CAllocations", path: "Benchmarks/Allocations"),
        .executableTarget(
            name: "foresight-bench",
            dependencies: [
                "RobotModel", "Messages", "ServoProtocols", "SerialLink", "Hardware", "Traces", "Physics",
                "LanguagePolicy", "Channels", "Control", "Skills", "WorldModel", "Planning", "Plant", "Console",
                "CPlatform", "CAllocations", "Understanding", "Evaluation", arguments,
            ],
            path: "Benchmarks", exclude: ["Peers", "Allocations"], swiftSettings: settings),

        program(
            "foresight-eval",
            [
                "RobotModel", "Messages", "Channels", "LanguagePolicy", "Understanding", "Evaluation", "Console",
                arguments,
            ]),

        // beside: the stand-in for reality
        module("Plant", ["RobotModel", "ServoProtocols", "Physics"]),

        // tests: a unit suite per module, and process suites that drive the programs
        module("TestSupport", ["RobotModel"]),
        // what the tests of real ports run under umockdev
        .executableTarget(
            name: "port-probe", dependencies: ["SerialLink", "CPlatform"], path: "Tests/PortProbe",
            swiftSettings: settings),
        tests("RobotModelTests", ["RobotModel"]),
        tests("SafeguardsTests", ["Safeguards", "RobotModel"]),
        tests("PicturesTests", ["Pictures", "Messages"]),
        tests("MessagesTests", ["Messages", "RobotModel", "TestSupport"]),
        tests("ServoProtocolsTests", ["ServoProtocols"]),
        tests("SerialLinkTests", ["SerialLink", "CPlatform", "TestSupport"]),
        tests("TracesTests", ["Traces", "Messages", "TestSupport"], exclude: ["Scripts"]),
        tests("PhysicsTests", ["Physics", "RobotModel", "Safeguards", "TestSupport"]),
        tests(
            "HardwareTests",
            ["Hardware", "Plant", "SerialLink", "ServoProtocols", "RobotModel", "CPlatform", "TestSupport"]),
        tests("ChannelsTests", ["Channels", "Messages", "TestSupport"]),
        tests(
            "LanguagePolicyTests",
            [
                "LanguagePolicy", "RobotModel", "CPlatform", "TestSupport", nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"),
            ]),
        tests(
            "ControlTests",
            [
                "Control", "Safeguards", "Hardware", "SerialLink", "RobotModel", "Physics", "Plant", "CPlatform",
                "CAllocations", "TestSupport",
            ]),
        tests("BodyTests", ["Body", "Control", "Channels", "Messages", "RobotModel", "Plant", "CPlatform"]),
        tests("SkillsTests", ["Skills", "Physics", "RobotModel", "Safeguards", "Control", "Hardware", "TestSupport"]),
        tests("WorldModelTests", ["WorldModel", "Skills", "Physics", "RobotModel"]),
        tests("UnderstandingTests", ["Understanding", "Evaluation", "LanguagePolicy", "RobotModel", "TestSupport"]),
        tests(
            "PlanningTests",
            [
                "Planning", "Messages", "Channels", "Physics", "Skills", "WorldModel", "LanguagePolicy",
                "RobotModel", "Understanding", "TestSupport",
            ]),
        tests(
            "EvaluationTests",
            [
                "Evaluation", "Planning", "LanguagePolicy", "Skills", "WorldModel", "RobotModel", "Plant",
                "TestSupport",
            ]),
        tests("PlantTests", ["Plant", "Physics", "Skills", "RobotModel", "TestSupport"]),
        tests(
            "ProgramTests", ["TestSupport", "RobotModel", "Messages", "Channels", "Traces"], exclude: ["Scripts"]),
    ],
    swiftLanguageModes: [.v6]
)

// scripts/soak builds some suites with a sanitizer, and nothing else
if let only = Context.environment["FORESIGHT_SUITES"] {
    let kept = Set(only.split(separator: ",").map(String.init))
    package.targets.removeAll { ($0.type == .test || $0.type == .executable) && !kept.contains($0.name) }
    package.products = []
}
