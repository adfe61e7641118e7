// What every body shader knows and how it hands over its light.
//
//   u_eye: metres, world; where the picture is seen from
//   u_tint: linear light, the body's colour
//   u_accent: linear light, the other colour
//   u_ground: linear light, colour of the surroundings
//   u_pulse: 0 to 1, 1 on the beat
//   u_beat: beats since the music began
//   u_energy: 0 to 1, how loud and dense the music is
//   u_time: seconds, any steady origin
//   u_age: 0 for the dancer, up to 1 for the oldest echo
//   u_gain: 0 (not there) to 1
//   u_pixel: metres, size of a pixel at the dancer
//   u_decay: per metre of height, how fast the image in the floor fades

varying vec3 v_world;
varying vec3 v_normal;
varying vec3 v_rest;
uniform vec3 u_eye;
uniform vec3 u_tint;
uniform vec3 u_accent;
uniform vec3 u_ground;
uniform float u_pulse;
uniform float u_beat;
uniform float u_energy;
uniform float u_time;
uniform float u_age;
uniform float u_gain;
uniform float u_pixel;
uniform float u_decay;

// How much the skin is seen edge-on: 0 in the middle of a limb, 1 at its outline.
float edge(vec3 normal, vec3 view) {
    return 1.0 - clamp(abs(dot(normal, view)), 0.0, 1.0);
}

// The outline, thinner with `power`; where pixels are large it stays wider than they are, or it would sparkle.
float outline(float rim, float power) {
    return pow(rim, mix(power, 1.4, clamp(60.0 * u_pixel - 0.3, 0.0, 1.0)));
}

// A light from a direction with wrapped, soft shading: 0 to 1.
float soft_light(vec3 normal, vec3 direction, float wrap) {
    float d = (dot(normal, direction) + wrap) / (1.0 + wrap);
    return d > 0.0 ? d * d * (3.0 - 2.0 * d) : 0.0;
}

void show(vec3 light, float alpha) {
    gl_FragColor = vec4(sqrt(1.0 - exp(-light)), alpha * u_gain * exp(-u_decay * abs(v_world.y)));
}
