// The last step for a picture drawn smaller than shown: enlarging it smooths it.
//
//   u_scene: the picture, display light
#include "finish.glsl"

uniform sampler2D u_scene;

void main() {
    finish(texture2D(u_scene, v_place));
}
