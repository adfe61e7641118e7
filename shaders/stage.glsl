// What every stage shader knows: the floor under the ray, the beat's rings on it, the dancer's shade, beams of light.
//
//   u_eye: metres, world; where the picture is seen from
//   u_centre: metres, world; the place on the floor about which the picture turns
//   u_tint: linear light, the body's colour
//   u_accent: linear light, the other colour
//   u_ground: linear light, colour of floor and background
//   u_pulse: 0 to 1, 1 on the beat
//   u_beat: beats since the music began
//   u_energy: 0 to 1, how loud and dense the music is
//   u_low: 0 to 1, loudness of the bass
//   u_time: seconds, any steady origin
//   u_aspect: width / height of the picture
//   u_rings: columns: x, z, radius in metres (world), gain 0 to 1
//   u_blobs: columns: x, y, z, radius in metres (world): the dancer as balls, for shade
//   u_shade_rows: how many of the four matrices of balls count; the feet come first
//   u_beams: columns: origin and unit direction on the screen (x times aspect); direction 0: switched off
//   u_beam_gain: 0 to 1, strength of the beams

varying vec2 v_screen;
varying vec3 v_ray;
uniform vec3 u_eye;
uniform vec3 u_centre;
uniform vec3 u_tint;
uniform vec3 u_accent;
uniform vec3 u_ground;
uniform float u_pulse;
uniform float u_beat;
uniform float u_energy;
uniform float u_low;
uniform float u_time;
uniform float u_aspect;
uniform mat4 u_rings;
uniform mat4 u_blobs[4];
uniform float u_shade_rows;
uniform mat4 u_beams;
uniform float u_beam_gain;

// The point of the floor on this line of sight; w is its distance in metres, negative above the horizon.
vec4 floor_hit(vec3 ray) {
    if (ray.y > -1e-4) {
        return vec4(0.0, 0.0, 0.0, -1.0);
    }
    float far = -u_eye.y / ray.y;
    return vec4(u_eye + far * ray, far);
}

// Light of the rings that run from the feet: a sharp front, a soft tail.
float ring_light(vec2 place, float front_m, float tail_m) {
    float light = 0.0;
    for (int i = 0; i < 4; i++) {
        float ahead = distance(place, u_rings[i].xy) - u_rings[i].z;
        float width = ahead > 0.0 ? front_m : tail_m;
        light += u_rings[i].w * exp(-ahead * ahead / (width * width));
    }
    return light;
}

// How much of the sky the dancer leaves open over a place on the floor: 1 is all of it (Quilez, "sphere occlusion").
float open_sky(vec2 place) {
    float shade = 0.0;
    for (int i = 0; i < 4; i++) {
        if (float(i) >= u_shade_rows) {
            break;
        }
        for (int j = 0; j < 4; j++) {
            vec4 ball = u_blobs[i][j];
            vec3 to_ball = vec3(ball.x - place.x, ball.y, ball.z - place.y);
            float gap2 = dot(to_ball, to_ball);
            shade += ball.w * ball.w * max(to_ball.y, 0.0) / (gap2 * sqrt(gap2));
        }
    }
    return exp(-1.6 * shade);
}

// Light of the beams in the haze, in front of everything.
float beam_light(float spread) {
    vec2 at = vec2(v_screen.x * u_aspect, v_screen.y);
    float light = 0.0;
    for (int i = 0; i < 4; i++) {
        vec2 from_lamp = at - u_beams[i].xy;
        float along = dot(from_lamp, u_beams[i].zw);
        float across = (from_lamp.x * u_beams[i].w - from_lamp.y * u_beams[i].z) / (0.012 + spread * max(along, 0.0));
        light += step(0.0, along) * exp(-across * across - 0.55 * along);
    }
    return light * u_beam_gain;
}

void show(vec3 light) {
    // One step of 8 bits of noise, or the dark gradients would show bands.
    float grain = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
    gl_FragColor = vec4(sqrt(1.0 - exp(-light)) + grain / 255.0, 1.0);
}
