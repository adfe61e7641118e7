// A grain of light on the skin: the tint on one side of the body, the accent on the other, brightest at its outline.
//
//   u_eye: metres, world; where the picture is seen from
//   u_tint: linear light, the body's colour
//   u_accent: linear light, the other colour
//   u_pulse: 0 to 1, 1 on the beat
//   u_gain: 0 to 1
//   u_decay: per metre of height, how fast the image in the floor fades

uniform vec3 u_eye;
uniform vec3 u_tint;
uniform vec3 u_accent;
uniform float u_pulse;
uniform float u_gain;
uniform float u_decay;
varying vec3 v_world;
varying vec3 v_normal;
varying float v_life;

void main() {
    vec2 from_middle = 2.0 * gl_PointCoord - 1.0;
    float light = max(1.0 - dot(from_middle, from_middle), 0.0);
    vec3 normal = normalize(v_normal);
    float facing = dot(normal, normalize(u_eye - v_world));
    float rim = 1.0 - abs(facing);
    vec3 colour = mix(u_accent, u_tint, smoothstep(-0.6, 0.6, dot(normal, vec3(0.8, 0.45, 0.2))));
    float gain = 3.4 * light * v_life * (0.25 + 0.75 * rim * rim) * (0.75 + 0.35 * u_pulse) * (facing < 0.0 ? 0.35 : 1.0);
    gl_FragColor = vec4(sqrt(colour), gain * u_gain * exp(-u_decay * abs(v_world.y)));
}
