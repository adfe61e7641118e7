// A round, soft point of light.
//
//   u_tint: linear light
//   u_gain: 0 to 1

uniform vec3 u_tint;
uniform float u_gain;
varying float v_life;

void main() {
    vec2 from_middle = 2.0 * gl_PointCoord - 1.0;
    float light = max(1.0 - dot(from_middle, from_middle), 0.0);
    gl_FragColor = vec4(sqrt(u_tint), light * light * v_life * u_gain);
}
