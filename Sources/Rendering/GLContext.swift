internal import Glibc

/// A current OpenGL context without a window, from whatever this machine has.
///
/// Its libraries are opened at run time: a machine without them runs everything else. Unsafe pointers: what `dlsym` finds
/// are addresses, and the handles of EGL and OSMesa are too.
final class GLContext {
    /// Keeps OSMesa's pixels alive; MuJoCo draws into a framebuffer of its own.
    private var pixels: UnsafeMutableRawPointer?

    /// Tries EGL without a display, then OSMesa. FORESIGHT_GL=egl, osmesa or none chooses.
    ///
    /// - Throws: `RenderingError.noGL` with what each of them said.
    init() throws(RenderingError) {
        let wanted = getenv("FORESIGHT_GL").map { String(cString: $0) } ?? ""
        if wanted == "none" { throw .noGL("FORESIGHT_GL=none") }
        var reasons: [String] = []
        for (name, make) in [("egl", Self.egl), ("osmesa", osmesa)] where wanted.isEmpty || wanted == name {
            guard let reason = make() else {
                // MuJoCo looks its functions up where this says
                setenv("MUJOCO_GL", name, 1)
                return
            }
            reasons.append(reason)
        }
        if reasons.isEmpty { reasons = ["FORESIGHT_GL=\(wanted) is none of egl, osmesa and none"] }
        let help =
            wanted.isEmpty ? ". `apt install libegl1 libgl1-mesa-dri` gives it OpenGL without a graphics card" : ""
        throw .noGL(reasons.joined(separator: "; ") + help)
    }

    deinit { free(pixels) }

    private typealias Handle = UnsafeMutableRawPointer

    private static func function<F>(_ library: Handle, _ name: String, as type: F.Type) -> F? {
        dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }

    private static func lastError() -> String { dlerror().map { String(cString: $0) } ?? "unknown" }

    /// nil when a context is current, otherwise the reason why not.
    private static func egl() -> String? {
        typealias GetDisplay = @convention(c) (UInt32, Handle?, UnsafePointer<Int>?) -> Handle?
        typealias Initialize =
            @convention(c) (Handle, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?) ->
            UInt32
        typealias Choose =
            @convention(c) (
                Handle, UnsafePointer<Int32>, UnsafeMutablePointer<Handle?>, Int32, UnsafeMutablePointer<Int32>
            ) -> UInt32
        typealias Bind = @convention(c) (UInt32) -> UInt32
        typealias Create = @convention(c) (Handle, Handle, Handle?, UnsafePointer<Int32>?) -> Handle?
        typealias MakeCurrent = @convention(c) (Handle, Handle?, Handle?, Handle) -> UInt32

        // global: MuJoCo asks the process for its functions
        guard let library = dlopen("libEGL.so.1", RTLD_NOW | RTLD_GLOBAL) else { return lastError() }
        guard let getDisplay = function(library, "eglGetPlatformDisplay", as: GetDisplay.self),
            let initialize = function(library, "eglInitialize", as: Initialize.self),
            let choose = function(library, "eglChooseConfig", as: Choose.self),
            let bind = function(library, "eglBindAPI", as: Bind.self),
            let create = function(library, "eglCreateContext", as: Create.self),
            let makeCurrent = function(library, "eglMakeCurrent", as: MakeCurrent.self)
        else { return "libEGL.so.1 is older than EGL 1.5" }
        let surfaceless: UInt32 = 0x31DD
        guard let display = getDisplay(surfaceless, nil, nil), initialize(display, nil, nil) != 0 else {
            return "EGL has no display without a screen"
        }
        // pbuffers, OpenGL, eight bits a colour, a deep depth buffer, end
        let wanted: [Int32] = [0x3033, 1, 0x3040, 8, 0x3024, 8, 0x3023, 8, 0x3022, 8, 0x3025, 24, 0x3038]
        var configuration: Handle?
        var count: Int32 = 0
        let openGL: UInt32 = 0x30A2
        guard choose(display, wanted, &configuration, 1, &count) != 0, count > 0, let configuration,
            bind(openGL) != 0, let context = create(display, configuration, nil, nil),
            makeCurrent(display, nil, nil, context) != 0
        else { return "EGL has no OpenGL that draws without a screen" }
        return nil
    }

    /// nil when a context is current, otherwise the reason why not.
    private func osmesa() -> String? {
        typealias Create = @convention(c) (UInt32, Int32, Int32, Int32, Handle?) -> Handle?
        typealias MakeCurrent = @convention(c) (Handle, Handle, UInt32, Int32, Int32) -> UInt8

        guard
            let library = dlopen("libOSMesa.so.8", RTLD_NOW | RTLD_GLOBAL)
                ?? dlopen("libOSMesa.so", RTLD_NOW | RTLD_GLOBAL)
        else { return Self.lastError() }
        guard let create = Self.function(library, "OSMesaCreateContextExt", as: Create.self),
            let makeCurrent = Self.function(library, "OSMesaMakeCurrent", as: MakeCurrent.self)
        else { return "libOSMesa lacks what it should have" }
        let side: Int32 = 16
        let (rgba, unsignedByte): (UInt32, UInt32) = (0x1908, 0x1401)
        pixels = malloc(Int(4 * side * side))
        guard let pixels, let context = create(rgba, 24, 8, 0, nil),
            makeCurrent(context, pixels, unsignedByte, side, side) != 0
        else { return "OSMesa makes no context" }
        return nil
    }
}
