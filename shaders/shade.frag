// A body as its shadow: covered or not.
//
//   u_gain: 0 (not there) to 1

uniform float u_gain;

void main() {
    gl_FragColor = vec4(u_gain);
}
