// Light that is brightest along the middle of the band and dies with age.
//
//   u_tint: linear light
//   u_gain: 0 to 1

uniform vec3 u_tint;
uniform float u_gain;
varying vec2 v_across_age;

void main() {
    float across = 1.0 - v_across_age.x * v_across_age.x;
    float age = 1.0 - v_across_age.y;
    gl_FragColor = vec4(sqrt(u_tint), across * across * age * age * smoothstep(1.0, 0.93, age) * u_gain);
}
