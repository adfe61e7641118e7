// A theatre: a velvet curtain in folds, boards under the feet, and one soft spotlight on both.
#include "stage.glsl"

const float WALL_M = 4.6;

vec3 curtain(vec3 from, vec3 ray) {
    vec2 o = from.xz - u_centre.xz;
    float a = max(dot(ray.xz, ray.xz), 1e-4);
    float b = dot(o, ray.xz);
    float far = (-b + sqrt(max(b * b - a * (dot(o, o) - WALL_M * WALL_M), 0.0))) / a;
    vec3 at = from + far * ray - u_centre;
    float turn = atan(at.x, at.z);
    // Folds hang unevenly and stir with the bass.
    float fold = sin(turn * 34.0 + 1.3 * sin(turn * 7.0 + 0.2 * u_time) + 0.25 * u_low * sin(2.0 * at.y + u_time));
    float lit = 0.5 + 0.5 * fold;
    vec2 facing = normalize(u_centre.xz - u_eye.xz);
    vec2 spot = vec2(dot(at.xz, vec2(-facing.y, facing.x)), at.y - 1.25);
    float behind = smoothstep(0.0, 2.0, dot(at.xz, facing));
    float pool = exp(-0.30 * dot(spot, spot)) * behind;
    float hem = smoothstep(0.0, 0.25, at.y);
    vec3 velvet = u_accent * (0.03 + 0.30 * lit * lit) * hem * (0.05 + 0.55 * pool * (0.6 + 0.5 * u_energy));
    return u_ground + velvet + mix(u_tint, u_accent, 0.4) * 0.035 * pow(lit, 12.0) * pool;
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec2 from_centre = hit.xz - u_centre.xz;
    float reach = length(from_centre);
    vec3 light;
    if (hit.w > 0.0 && reach < WALL_M) {
        float board = fract(hit.x * 5.0);
        float pixel = 5.0 * 0.0016 * hit.w;
        float seam = smoothstep(0.03 + pixel, 0.0, min(board, 1.0 - board)) * clamp(1.0 - 2.0 * pixel, 0.0, 1.0);
        float shade = 0.75 + 0.25 * fract(floor(hit.x * 5.0) * 0.618);
        vec3 wood = u_tint * vec3(0.5, 0.38, 0.3) * shade * (1.0 - 0.7 * seam);
        float spot = smoothstep(2.3, 0.4, reach);
        float sky = mix(0.12, 1.0, open_sky(hit.xz));
        light = u_ground + wood * (0.012 + 0.26 * spot * (0.75 + 0.25 * u_low)) * sky;
        light += mix(u_tint, u_accent, 0.5) * 0.20 * ring_light(hit.xz, 0.04, 0.3) * sky;
        light += (0.04 + 0.3 * pow(1.0 + ray.y, 4.0)) * curtain(hit.xyz, vec3(ray.x, -ray.y, ray.z)) * sky;
    } else {
        light = curtain(u_eye, ray);
    }
    show(light);
}
