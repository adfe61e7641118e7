// One triangle pair over the whole target, with texture coordinates.

attribute vec2 a_position;
varying vec2 v_place;

void main() {
    v_place = 0.5 + 0.5 * a_position;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
