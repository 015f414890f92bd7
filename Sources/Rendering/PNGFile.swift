internal import CPNG
public import Pictures

/// Pictures as PNG files, written by libpng.
///
/// Unsafe pointers: libpng takes the pixels and gives its message as C memory.
public enum PNGFile {
    /// - Throws: `RenderingError.cannotWrite` with libpng's reason.
    public static func write(_ picture: Raster, to path: String) throws(RenderingError) {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(picture.width)
        image.height = png_uint_32(picture.height)
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
        defer { png_image_free(&image) }
        let isWritten = picture.bytes.withUnsafeBufferPointer { bytes in
            png_image_write_to_file(&image, path, 0, bytes.baseAddress, Int32(3 * picture.width), nil)
        }
        guard isWritten == 0 else { return }
        let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        throw .cannotWrite("\(path) cannot be written: \(reason)")
    }
}
