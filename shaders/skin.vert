// Puts the body's skin into the picture.
//
//   u_clip_from_world: matrix, world metres to clip space
//   u_behind: depth, clip space per w; pushes light that trails behind the dancer really behind it
//   u_swell: metres, how far outside itself the skin is drawn, for shaders that look for their own surface under it
#include "skinning.glsl"

uniform mat4 u_clip_from_world;
uniform float u_behind;
uniform float u_swell;

void main() {
    pose_skin(u_swell);
    gl_Position = u_clip_from_world * vec4(v_world, 1.0);
    gl_Position.z += u_behind * gl_Position.w;
}
