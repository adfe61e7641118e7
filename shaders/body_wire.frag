// A hologram: lines of equal height run round a clear body, and a brighter one scans it.
#include "body.glsl"

// A line of even width on the picture wherever x is a whole number.
float line(float x, float width) {
    float pixel = max(fwidth(x), 1e-4);
    float d = abs(fract(x - 0.5) - 0.5) / pixel;
    return clamp(width - d, 0.0, 1.0) * clamp(0.55 / pixel - 0.6, 0.0, 1.0);
}

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = outline(edge(normal, view), 2.5);
    float arm = step(0.2, abs(v_rest.x));
    float along = mix(v_rest.y, abs(v_rest.x), arm) * 24.0;
    float lines = line(along, 1.05);
    float scan = exp(-40.0 * abs(fract(0.5 * v_rest.y - 0.125 * u_beat) - 0.5));
    float front = gl_FrontFacing ? 1.0 : 0.12;
    vec3 light = u_tint * (lines * (0.55 + 0.35 * u_pulse) + 0.55 * rim * (0.6 + 0.5 * u_energy) + 0.012);
    light += u_accent * (0.25 * rim + 0.7 * scan * (0.3 + lines));
    show(light * front, 1.0);
}
