// Liquid metal: the limbs as balls and cones that run into each other, found by marching along the line of sight.
//
//   u_limbs: columns: start and end of each limb, metres (world), radius in w
//   u_flip: 1, or -1 for the image in the floor (y = 0)
//   u_low: 0 to 1, loudness of the bass
#include "body.glsl"

uniform mat4 u_limbs[10];
uniform float u_flip;
uniform float u_low;

const float RUN_M = 0.075;

float limb(vec3 p, vec4 start, vec4 end) {
    vec3 axis = end.xyz - start.xyz;
    vec3 from_start = p - start.xyz;
    float at = clamp(dot(from_start, axis) / max(dot(axis, axis), 1e-6), 0.0, 1.0);
    return length(from_start - at * axis) - mix(start.w, end.w, at);
}

// Smooth minimum (Quilez, iquilezles.org/articles/smin, the quadratic form): its effect ends RUN_M from the seam.
float run_together(float a, float b) {
    float h = max(RUN_M - abs(a - b), 0.0) / RUN_M;
    return min(a, b) - 0.25 * h * h * RUN_M;
}

float body(vec3 p) {
    float gap = 9.0;
    for (int i = 0; i < 10; i++) {
        gap = run_together(gap, limb(p, u_limbs[i][0], u_limbs[i][1]));
        gap = run_together(gap, limb(p, u_limbs[i][2], u_limbs[i][3]));
    }
    float ripple = sin(26.0 * p.y - 6.2831853 * u_beat) * sin(19.0 * p.x + 2.1 * u_time) * sin(21.0 * p.z);
    return gap + 0.006 * ripple * (0.25 + 0.75 * u_low);
}

vec3 slope(vec3 p) {
    vec2 e = vec2(0.004, -0.004);
    return normalize(e.xyy * body(p + e.xyy) + e.yyx * body(p + e.yyx) + e.yxy * body(p + e.yxy) + e.xxx * body(p + e.xxx));
}

// The studio in the metal: a dark floor, a burning horizon, two tall lamps and a ring of light overhead.
vec3 studio(vec3 ray) {
    float turn = atan(ray.x, ray.z);
    float lamp = smoothstep(0.30, 0.16, abs(abs(turn - 0.5) - 1.1)) * smoothstep(-0.35, 0.0, ray.y) * smoothstep(0.95, 0.5, ray.y);
    float ring = smoothstep(0.10, 0.03, abs(ray.y - 0.80));
    float horizon = exp(-22.0 * ray.y * ray.y);
    vec3 silver = mix(vec3(0.09), vec3(0.42, 0.46, 0.52), smoothstep(-0.6, 0.75, ray.y));
    vec3 light = u_ground + silver * (0.6 + 0.4 * u_tint);
    light += horizon * mix(u_accent, u_tint, 0.5 + 0.5 * sin(2.0 * turn + 0.7853982 * u_beat)) * (0.25 + 0.4 * u_energy);
    return light + (u_tint * 0.5 + 1.0) * 1.3 * lamp + (u_accent * 0.6 + 0.5) * (0.5 + 0.5 * u_pulse) * ring;
}

void main() {
    vec3 side = vec3(1.0, u_flip, 1.0);
    vec3 eye = u_eye * side;
    vec3 place = v_world * side;
    vec3 ray = normalize(place - eye);
    float gap = 1.0;
    for (int i = 0; i < 14; i++) {
        gap = body(place);
        if (gap < 0.0025) {
            break;
        }
        place += 0.95 * gap * ray;
    }
    if (gap > 0.012) {
        discard;
    }
    vec3 normal = slope(place);
    vec3 bounce = reflect(ray, normal);
    float rim = pow(1.0 - clamp(-dot(ray, normal), 0.0, 1.0), 4.0);
    vec3 film = 0.5 + 0.5 * cos(6.2831853 * (vec3(0.0, 0.33, 0.67) + 0.35 * dot(bounce, vec3(0.3, 0.8, 0.2)) + 0.05 * u_time));
    vec3 light = studio(bounce) * mix(vec3(0.9), 0.5 + film, 0.22) * (0.75 + 0.6 * rim);
    light *= 0.6 + 0.4 * smoothstep(0.0, 0.4, place.y);
    show(light, 1.0);
}
