// A spark: born in the tint, dying in the accent.
//
//   u_tint: linear light, the body's colour
//   u_accent: linear light, the other colour
//   u_gain: 0 to 1

uniform vec3 u_tint;
uniform vec3 u_accent;
uniform float u_gain;
varying vec2 v_light_age;

void main() {
    vec2 from_middle = 2.0 * gl_PointCoord - 1.0;
    float light = max(1.0 - dot(from_middle, from_middle), 0.0);
    vec3 colour = mix(u_tint + 0.25, u_accent, smoothstep(0.0, 0.7, v_light_age.y));
    gl_FragColor = vec4(sqrt(clamp(colour, 0.0, 1.0)), light * light * v_light_age.x * u_gain);
}
