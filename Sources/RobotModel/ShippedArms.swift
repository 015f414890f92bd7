/// The arms that are inside the programs, so that a configuration anywhere finds them; `Config/arms` has more.
public enum ShippedArms {
    public static let names = ["so101"]

    /// An arm's file; nil if none of that name is shipped.
    public static func arm(_ name: String) -> String? { name == "so101" ? text(PackageResources.so101_arm_toml) : nil }

    /// A chain's file; nil if none of that name is shipped.
    public static func chain(_ name: String) -> String? {
        name == "so101" ? text(PackageResources.so101_chain_toml) : nil
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
