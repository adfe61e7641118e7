// Enlarges one picture into another.
//
//   u_scene: the picture, display light

uniform sampler2D u_scene;
varying vec2 v_place;

void main() {
    gl_FragColor = texture2D(u_scene, v_place);
}
