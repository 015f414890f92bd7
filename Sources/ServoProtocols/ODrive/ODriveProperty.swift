/// The properties of an ODrive board that are used here: the names of firmware 0.5.
public enum ODriveProperty: UInt8, Sendable, CaseIterable {
    case busVoltage, firmwareMajor, firmwareMinor, firmwareRevision
    case currentState, requestedState, axisError, motorError, encoderError, controllerError
    case torqueCurrent, transistorTemperature
    case watchdogEnabled, watchdogTimeout
    case controlMode, inputMode, velocityInput, positionInput, velocityLimit
    case torqueInput, positionGain, velocityGain, circularSetpoints, loadEncoderAxis
    case encoderReady, motorCalibrated, sensorless, stepDirection, startsInClosedLoop

    public enum Kind: Sendable { case number, integer, boolean }

    /// The name below the board, or below `axis0` or `axis1`.
    public var path: StaticString {
        switch self {
        case .busVoltage: "vbus_voltage"
        case .firmwareMajor: "fw_version_major"
        case .firmwareMinor: "fw_version_minor"
        case .firmwareRevision: "fw_version_revision"
        case .currentState: "current_state"
        case .requestedState: "requested_state"
        case .axisError: "error"
        case .motorError: "motor.error"
        case .encoderError: "encoder.error"
        case .controllerError: "controller.error"
        case .torqueCurrent: "motor.current_control.Iq_measured"
        case .transistorTemperature: "motor.fet_thermistor.temperature"
        case .watchdogEnabled: "config.enable_watchdog"
        case .watchdogTimeout: "config.watchdog_timeout"
        case .controlMode: "controller.config.control_mode"
        case .inputMode: "controller.config.input_mode"
        case .velocityInput: "controller.input_vel"
        case .positionInput: "controller.input_pos"
        case .velocityLimit: "controller.config.vel_limit"
        case .torqueInput: "controller.input_torque"
        case .positionGain: "controller.config.pos_gain"
        case .velocityGain: "controller.config.vel_gain"
        case .circularSetpoints: "controller.config.circular_setpoints"
        case .loadEncoderAxis: "controller.config.load_encoder_axis"
        case .encoderReady: "encoder.is_ready"
        case .motorCalibrated: "motor.is_calibrated"
        case .sensorless: "config.enable_sensorless_mode"
        case .stepDirection: "config.enable_step_dir"
        case .startsInClosedLoop: "config.startup_closed_loop_control"
        }
    }

    /// Whether each axis has one of its own.
    public var isPerAxis: Bool {
        switch self {
        case .busVoltage, .firmwareMajor, .firmwareMinor, .firmwareRevision: false
        default: true
        }
    }

    public var kind: Kind {
        switch self {
        case .watchdogEnabled, .circularSetpoints, .encoderReady, .motorCalibrated, .sensorless, .stepDirection,
            .startsInClosedLoop:
            .boolean
        case .busVoltage, .torqueCurrent, .transistorTemperature, .watchdogTimeout, .velocityInput, .positionInput,
            .velocityLimit, .torqueInput, .positionGain, .velocityGain:
            .number
        default: .integer
        }
    }

    public var isWritable: Bool {
        switch self {
        case .requestedState, .axisError, .motorError, .encoderError, .controllerError, .watchdogEnabled,
            .watchdogTimeout, .controlMode, .inputMode, .velocityInput, .positionInput, .velocityLimit, .torqueInput,
            .positionGain, .velocityGain, .circularSetpoints, .loadEncoderAxis, .sensorless, .stepDirection,
            .startsInClosedLoop:
            true
        default: false
        }
    }

    /// The whole name: `axis1.error`.
    public func name(axis: Int) -> String { isPerAxis ? "axis\(axis).\(path)" : "\(path)" }
}

/// What an axis does: `current_state` and `requested_state`.
public enum ODriveState: Int, Sendable {
    case undefined = 0
    case idle = 1
    case startupSequence = 2
    case fullCalibration = 3
    case motorCalibration = 4
    case encoderIndexSearch = 6
    case encoderOffsetCalibration = 7
    case closedLoop = 8
    case homing = 11

    public var words: String {
        switch self {
        case .undefined: "undefined"
        case .idle: "idle"
        case .startupSequence: "starting up"
        case .fullCalibration, .motorCalibration, .encoderOffsetCalibration: "calibrating"
        case .encoderIndexSearch: "searching the encoder's index"
        case .closedLoop: "closed loop"
        case .homing: "homing"
        }
    }
}

/// `controller.config.control_mode`.
public enum ODriveControlMode: Int, Sendable { case voltage = 0, torque, velocity, position }
