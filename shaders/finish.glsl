// What the last step does to every pixel: adds the glow, deepens the dark, darkens the corners, fades to black.
//
//   u_glow: blurred bright parts of the picture, linear light
//   u_bloom: how much glow is added, 0 to 1
//   u_shown: 1 (picture) to 0 (black)

uniform sampler2D u_glow;
uniform float u_bloom;
uniform float u_shown;
varying vec2 v_place;

void finish(vec3 light) {
    light = sqrt(light * light + u_bloom * texture2D(u_glow, v_place).rgb);
    // A gentle S-curve: black stays black, colours stay colours.
    light = mix(light, light * light * (3.0 - 2.0 * light), 0.55);
    vec2 corner = v_place - 0.5;
    light *= 1.0 - 0.55 * dot(corner, corner);
    gl_FragColor = vec4(light * u_shown, 1.0);
}
