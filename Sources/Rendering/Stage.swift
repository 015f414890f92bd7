internal import CMuJoCo
internal import Messages
package import Pictures

/// MuJoCo's offscreen renderer with a table on it, and the solids of one moment at a time.
///
/// Unsafe pointers: the scene's list of solids is MuJoCo's memory. One thread, as OpenGL wants it.
package final class Stage {
    /// Of the buffer that everything is drawn into, pixels.
    package let width: Int
    package let height: Int
    private let gl: GLContext
    private let model: UnsafeMutablePointer<mjModel>
    private let data: UnsafeMutablePointer<mjData>
    private var scene = mjvScene()
    private var context = mjrContext()
    private var options = mjvOption()

    /// Most solids, lines and marks in one picture; more are left out.
    private static let largest = 2000

    /// - Throws: `RenderingError.noGL` when nothing can be drawn here.
    package init(width: Int, height: Int) throws(RenderingError) {
        (self.width, self.height) = (width, height)
        gl = try GLContext()
        guard let spec = mj_parseXMLString(Self.table(width, height), nil, nil, 0) else {
            throw .noGL("the table does not parse")
        }
        defer { mj_deleteSpec(spec) }
        guard let model = mj_compile(spec, nil), let data = mj_makeData(model) else {
            throw .noGL("no memory for a scene")
        }
        (self.model, self.data) = (model, data)
        mj_forward(model, data)
        mjv_defaultScene(&scene)
        mjv_defaultOption(&options)
        mjv_makeScene(model, &scene, Int32(Self.largest))
        mjr_defaultContext(&context)
        mjr_makeContext(model, &context, Int32(mjFONTSCALE_150.rawValue))
        mjr_setBuffer(Int32(mjFB_OFFSCREEN.rawValue), &context)
        guard context.currentBuffer == Int32(mjFB_OFFSCREEN.rawValue) else { throw .noGL("no offscreen buffer") }
    }

    deinit {
        mjr_freeContext(&context)
        mjv_freeScene(&scene)
        mj_deleteData(data)
        mj_deleteModel(model)
    }

    private static func table(_ width: Int, _ height: Int) -> String {
        """
        <mujoco>
          <visual>
            <global offwidth="\(width)" offheight="\(height)" fovy="\(Eye.height)"/>
            <quality offsamples="8" shadowsize="4096"/>
            <headlight ambient="0.5 0.5 0.5" diffuse="0.3 0.3 0.3" specular="0 0 0"/>
            <map znear="0.05" zfar="20" shadowclip="0.8"/>
          </visual>
          <statistic extent="1" center="0.1 0 0"/>
          <asset>
            <texture type="skybox" builtin="flat" width="16" height="16" rgb1="0.965 0.973 0.980" rgb2="1 1 1"/>
            <texture name="grid" type="2d" builtin="checker" width="64" height="64" rgb1="0.86 0.88 0.90"
                     rgb2="0.83 0.85 0.875"/>
            <material name="grid" texture="grid" texrepeat="10 10" texuniform="true" specular="0"/>
          </asset>
          <worldbody>
            <light pos="0.2 -0.7 1.3" dir="-0.05 0.45 -1" directional="true" diffuse="0.5 0.5 0.5"
                   specular="0.1 0.1 0.1"/>
            <geom type="plane" size="3 3 0.1" material="grid"/>
          </worldbody>
        </mujoco>
        """
    }

    /// Everything drawn so far in the lower left corner, pixels.
    package func picture(width: Int, height: Int) -> Raster? {
        var bytes = [UInt8](repeating: 0, count: 3 * width * height)
        mjr_readPixels(&bytes, nil, viewport(Area(x: 0, y: 0, width: width, height: height)), &context)
        // OpenGL's rows begin at the bottom
        let length = 3 * width
        var rows: [UInt8] = []
        rows.reserveCapacity(bytes.count)
        for row in (0..<height).reversed() { rows += bytes[(length * row)..<(length * (row + 1))] }
        return Raster(width: width, height: height, bytes: rows)
    }

    private func viewport(_ area: Area) -> mjrRect {
        mjrRect(left: Int32(area.x), bottom: Int32(area.y), width: Int32(area.width), height: Int32(area.height))
    }
}

/// A part of the buffer, pixels from its lower left corner.
package struct Area {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int
}

// Solids
extension Stage {
    /// Draws a moment as the eye sees it.
    package func draw(
        _ moment: Filmstrip.Moment, way: [Filmstrip.Moment], ahead: [Filmstrip.Moment], _ eye: Eye, in area: Area
    ) {
        var camera = mjvCamera()
        mjv_defaultCamera(&camera)
        camera.type = Int32(mjCAMERA_FREE.rawValue)
        camera.lookat = (eye.target.x, eye.target.y, eye.target.z)
        (camera.distance, camera.azimuth, camera.elevation) = (eye.distance, eye.azimuth, eye.elevation)
        mjv_updateScene(model, data, &options, nil, &camera, Int32(mjCAT_ALL.rawValue), &scene)
        for solid in moment.solids { add(solid) }
        add(way: way.map(\.tip), Paint.way, radius: 0.0016, opacity: 1)
        add(way: ahead.map(\.tip), Paint.way, radius: 0.001, opacity: 0.35)
        for touch in moment.contacts { add(touch) }
        mjr_render(viewport(area), &scene, &context)
    }

    private func add(_ placed: PlacedSolid) {
        let coat = Paint.coat(of: placed.solid)
        append(placed, coat.colour, coat.opacity, grown: 0)
        // what must not be touched stands in a red veil as wide as the margin kept from it
        if placed.solid.kind == "forbidden" { append(placed, Paint.warning, 0.28, grown: 0.012) }
    }

    private func append(_ placed: PlacedSolid, _ colour: Colour, _ opacity: Double, grown: Double) {
        let size = placed.solid.size.map { $0 + grown }
        let pose = Array(placed.pose)
        switch placed.solid.shape {
        case "box": append(mjGEOM_BOX, size, pose, colour, opacity)
        case "cylinder": append(mjGEOM_CYLINDER, [size[0], size[1], 0], pose, colour, opacity)
        default: append(mjGEOM_SPHERE, [size[0], size[0], size[0]], pose, colour, opacity)
        }
    }

    private func add(_ touch: Filmstrip.Touch) {
        let radius = touch.isMeant ? 0.003 : 0.009
        let pose = [touch.point.x, touch.point.y, touch.point.z, 1, 0, 0, 0]
        append(mjGEOM_SPHERE, [radius, radius, radius], pose, touch.isMeant ? Paint.meant : Paint.warning, 1)
    }

    private func add(way: [(x: Double, y: Double, z: Double)], _ colour: Colour, radius: Double, opacity: Double) {
        for (a, b) in zip(way, way.dropFirst()) {
            guard let geom = next() else { return }
            var rgba = Self.rgba(colour, opacity)
            mjv_initGeom(geom, Int32(mjGEOM_CAPSULE.rawValue), nil, nil, nil, &rgba)
            mjv_connector(geom, Int32(mjGEOM_CAPSULE.rawValue), radius, [a.x, a.y, a.z], [b.x, b.y, b.z])
            geom.pointee.castshadow = 0
            geom.pointee.emission = 0.6
        }
    }

    private func append(_ type: mjtGeom, _ size: [Double], _ pose: [Double], _ colour: Colour, _ opacity: Double) {
        guard let geom = next() else { return }
        var turn = [Double](repeating: 0, count: 9)
        mju_quat2Mat(&turn, Array(pose[3..<7]))
        var rgba = Self.rgba(colour, opacity)
        mjv_initGeom(geom, Int32(type.rawValue), size, Array(pose[0..<3]), turn, &rgba)
        geom.pointee.category = Int32(mjCAT_DYNAMIC.rawValue)
        geom.pointee.specular = 0.15
        geom.pointee.castshadow = opacity > 0.9 ? 1 : 0
    }

    private func next() -> UnsafeMutablePointer<mjvGeom>? {
        guard scene.ngeom < scene.maxgeom else { return nil }
        scene.ngeom += 1
        return scene.geoms + Int(scene.ngeom - 1)
    }

    private static func rgba(_ colour: Colour, _ opacity: Double) -> [Float] {
        [Float(colour.red) / 255, Float(colour.green) / 255, Float(colour.blue) / 255, Float(opacity)]
    }
}

// Words
extension Stage {
    /// How large words are written.
    package enum Size { case usual, large }

    /// Fills an area with one colour.
    package func fill(_ area: Area, _ colour: Colour) {
        let rgba = Self.rgba(colour, 1)
        mjr_rectangle(viewport(area), rgba[0], rgba[1], rgba[2], 1)
    }

    /// Writes a line; returns its width in pixels.
    ///
    /// The engine's letters are those of ASCII: others become question marks.
    @discardableResult
    package func write(
        _ text: String, x: Int, y: Int, _ size: Size = .usual, _ colour: Colour = Paint.ink, on paper: Colour
    ) -> Int {
        let letters = text.unicodeScalars.map { Self.plain[$0] ?? ($0.isASCII && $0.value >= 32 ? $0 : "?") }
        let words = String(String.UnicodeScalarView(letters))
        let area = Area(x: x, y: y, width: length(words, size), height: lineHeight(size))
        let font = size == .usual ? mjFONT_NORMAL : mjFONT_BIG
        let (ink, back) = (Self.rgba(colour, 1), Self.rgba(paper, 1))
        mjr_label(
            viewport(area), Int32(font.rawValue), words, back[0], back[1], back[2], 1, ink[0], ink[1], ink[2], &context)
        return area.width
    }

    private static let plain: [Unicode.Scalar: Unicode.Scalar] = [
        "“": "\"", "”": "\"", "‘": "'", "’": "'", "–": "-", "—": "-", "\u{A0}": " ",
    ]

    package func lineHeight(_ size: Size) -> Int {
        Int(size == .usual ? context.charHeight : context.charHeightBig)
    }

    private func length(_ text: String, _ size: Size) -> Int {
        withUnsafeBytes(of: size == .usual ? context.charWidth : context.charWidthBig) { bytes in
            let widths = bytes.bindMemory(to: Int32.self)
            return text.utf8.reduce(0) { $0 + ($1 < widths.count ? Int(widths[Int($1)]) : 0) } + 2
        }
    }
}
