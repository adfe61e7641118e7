// What the last step does to every pixel: adds glow and trails, deepens the dark, darkens the corners, fades to black.
//
//   u_glow: blurred bright parts of the picture, linear light
//   u_bloom: how much glow is added, 0 to 1
//   u_trail: what glowed before, linear light
//   u_trails: how much of that is added, 0 to 1
//   u_shown: 1 (picture) to 0 (black)
//   u_filter: colour of a glass before the picture, for the operator's eyes
//   u_grey: 1 to lose all other colour in it, else 0
//   u_weight: 0 to 1, how much this picture covers the one under it, while looks change
//   u_clear: 1 to leave out the ground, so that what is not the dancer is transparent; else 0

uniform sampler2D u_glow;
uniform float u_bloom;
uniform sampler2D u_trail;
uniform float u_trails;
uniform float u_shown;
uniform vec3 u_filter;
uniform float u_grey;
uniform float u_weight;
uniform float u_clear;
varying vec2 v_place;

void finish(vec4 picture) {
    vec3 light = picture.rgb;
    vec3 trail = texture2D(u_trail, v_place).rgb;
    light = sqrt(max(light * light, u_trails * trail) + u_bloom * texture2D(u_glow, v_place).rgb);
    // A gentle S-curve: black stays black, colours stay colours.
    light = mix(light, light * light * (3.0 - 2.0 * light), 0.55);
    vec2 corner = v_place - 0.5;
    light *= (1.0 - 0.55 * dot(corner, corner)) * u_shown;
    light = mix(light, vec3(dot(light, vec3(0.3, 0.59, 0.11))), u_grey) * u_filter;
    // Glow has no body: it covers as much as it shines, so that it may be laid over anything.
    float body = clamp(max(picture.a * u_shown, max(light.r, max(light.g, light.b))), 0.0, 1.0);
    gl_FragColor = vec4(light, u_weight * mix(1.0, body, u_clear));
}
