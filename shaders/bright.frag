// Keeps what is bright and shrinks it: the first step of the glow.
//
//   u_scene: the picture so far, display light
//   u_texel: size of one pixel of the scene, in texture coordinates

uniform sampler2D u_scene;
uniform vec2 u_texel;
varying vec2 v_place;

vec3 bright(vec2 offset) {
    vec3 light = texture2D(u_scene, v_place + offset * u_texel).rgb;
    return light * light * smoothstep(0.25, 0.8, max(light.r, max(light.g, light.b)));
}

void main() {
    gl_FragColor = vec4(0.25 * (bright(vec2(-1.0, -1.0)) + bright(vec2(1.0, -1.0)) + bright(vec2(-1.0, 1.0)) + bright(vec2(1.0, 1.0))), 1.0);
}
