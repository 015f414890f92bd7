/// How texts and numbers are written into the TOML files that programs here make.
public enum TOMLText {
    /// In quotes, so that it reads back as it is.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 32 || scalar.value == 127:
                result += (scalar.value < 16 ? "\\u000" : "\\u00") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// With six significant digits, which is more than anybody measures here.
    public static func measured(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0.0" : "\(value)" }
        var scale = 1.0
        while abs(value) * scale < 100_000, scale < 1e22 { scale *= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}
