// A hologram: lines of equal height run round a clear body, and a brighter one scans it.
#include "body.glsl"

// A line of even width on the picture wherever x is a whole number.
float line(float x, float width) {
    float d = abs(fract(x - 0.5) - 0.5) / max(fwidth(x), 1e-4);
    return clamp(width - d, 0.0, 1.0) * clamp(1.0 / (2.5 * fwidth(x)), 0.0, 1.0);
}

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = pow(edge(normal, view), 2.0);
    float arm = smoothstep(0.19, 0.24, abs(v_rest.x));
    float along = mix(v_rest.y, abs(v_rest.x), arm) * 34.0;
    float around = mix(atan(v_rest.x, v_rest.z - 0.02), atan(v_rest.y - 0.4, v_rest.z - 0.017), arm) * 2.5465;
    float lines = line(along, 1.3) + 0.35 * line(around, 1.1);
    float scan = exp(-60.0 * abs(fract(0.55 * v_rest.y - 0.16 * u_time) - 0.5));
    float front = gl_FrontFacing ? 1.0 : 0.3;
    vec3 light = u_tint * front * (lines * (0.75 + 0.45 * u_pulse) + 0.7 * rim * (0.6 + 0.6 * u_energy) + 0.02) + u_accent * (0.6 * rim * front + 0.9 * scan * front);
    show(light, 1.0);
}
