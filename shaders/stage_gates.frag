// Gates of light stand behind each other on a wet black floor; a wave of brightness walks through them, one bar long.
#include "stage.glsl"

const float GATES = 6.0;

// Metres from the outline of a gate with round corners that stands on the floor.
float gate(vec2 at) {
    vec2 corner = vec2(abs(at.x) - 1.35, at.y - 2.3);
    return abs(length(max(corner, 0.0)) + min(max(corner.x, corner.y), 0.0) - 0.35);
}

vec3 gates(vec3 from, vec3 ray) {
    vec3 back = normalize(vec3(u_centre.x - u_eye.x, 0.0, u_centre.z - u_eye.z));
    vec3 across = vec3(-back.z, 0.0, back.x);
    float facing = max(dot(ray, back), 0.02);
    vec3 light = vec3(0.0);
    for (float i = 0.0; i < GATES; i += 1.0) {
        float depth = 1.1 + 1.7 * i;
        float far = (depth - dot(from - u_centre, back)) / facing;
        vec3 at = from + far * ray - u_centre;
        float gap = gate(vec2(dot(at, across), at.y));
        float wave = 0.5 + 0.5 * cos(1.5707963 * u_beat - 6.2831853 * i / GATES);
        float power = (0.10 + wave * wave * (0.25 + 0.75 * u_energy)) * exp(-0.12 * depth) * step(0.0, at.y);
        float width = 0.014 + 0.0014 * far;
        light += mix(u_tint, u_accent, i / (GATES - 1.0)) * power * (1.1 * exp(-gap * gap / (width * width)) + 0.09 * exp(-6.0 * gap));
    }
    return light;
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light = u_ground + gates(u_eye, ray);
    if (hit.w > 0.0) {
        float sky = open_sky(hit.xz);
        float reach = length(hit.xz - u_centre.xz);
        float mirror = (0.10 + 0.5 * pow(1.0 + ray.y, 4.0)) * exp(-0.02 * hit.w);
        vec3 ring = mix(u_tint, u_accent, smoothstep(0.3, 3.0, reach)) * ring_light(hit.xz, 0.02, 0.14);
        light += mirror * gates(hit.xyz, vec3(ray.x, -ray.y, ray.z)) * sky;
        light += 0.5 * ring * mix(0.3, 1.0, sky) + u_tint * 0.018 * exp(-0.5 * reach * reach) * sky;
    }
    show(light);
}
