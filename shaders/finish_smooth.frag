// The last step for a picture drawn at full size: smooths its stair-steps.
//
//   u_scene: the picture, display light
//   u_texel: size of one pixel of the scene, in texture coordinates
#include "finish.glsl"

uniform sampler2D u_scene;
uniform vec2 u_texel;

float luma(vec3 light) {
    return dot(light, vec3(0.3, 0.59, 0.11));
}

// Lottes, "FXAA" (2009), the short form: blur along an edge, unless that would leave its range of light.
vec3 smoothed(vec2 at) {
    vec3 middle = texture2D(u_scene, at).rgb;
    float nw = luma(texture2D(u_scene, at + vec2(-0.5, 0.5) * u_texel * 1.5).rgb);
    float ne = luma(texture2D(u_scene, at + vec2(0.5, 0.5) * u_texel * 1.5).rgb);
    float sw = luma(texture2D(u_scene, at + vec2(-0.5, -0.5) * u_texel * 1.5).rgb);
    float se = luma(texture2D(u_scene, at + vec2(0.5, -0.5) * u_texel * 1.5).rgb);
    float m = luma(middle);
    float low = min(m, min(min(nw, ne), min(sw, se)));
    float high = max(m, max(max(nw, ne), max(sw, se)));
    if (high - low < 0.06) {
        return middle;
    }
    vec2 along = vec2(sw + se - nw - ne, nw + sw - ne - se);
    float damp = max((nw + ne + sw + se) * 0.03, 0.008);
    along = clamp(along / (min(abs(along.x), abs(along.y)) + damp), -6.0, 6.0) * u_texel;
    vec3 near = 0.5 * (texture2D(u_scene, at - along / 6.0).rgb + texture2D(u_scene, at + along / 6.0).rgb);
    vec3 wide = 0.5 * near + 0.25 * (texture2D(u_scene, at - 0.5 * along).rgb + texture2D(u_scene, at + 0.5 * along).rgb);
    float l = luma(wide);
    return l < low || l > high ? near : wide;
}

void main() {
    finish(vec4(smoothed(v_place), texture2D(u_scene, v_place).a));
}
