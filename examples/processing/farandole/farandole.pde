// Draws Farandole's dancer as lines, and flashes on the beat. Needs the library oscP5 (Sketch > Import Library).
// The target in Farandole's preset:  profile = "array", port = 10004.

import oscP5.*;

final int PORT = 10004;
// The parent of each joint, in the order in which the joints come; -1 is the pelvis, which has none.
final int[] PARENTS = { -1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21 };

OscP5 osc;
volatile float[] joints = new float[72];
volatile float pulse = 0;

void setup() {
  size(800, 800, P3D);
  osc = new OscP5(this, PORT);
}

void draw() {
  background(20 + 60 * pulse);
  translate(width / 2, height * 0.85);
  scale(height * 0.4);  // metres to pixels
  strokeWeight(0.02);
  stroke(255, 180, 60);
  float[] p = joints;
  for (int j = 1; j < PARENTS.length; j++) {
    int a = 3 * PARENTS[j], b = 3 * j;
    // Processing's y points down.
    line(p[a], -p[a + 1], p[a + 2], p[b], -p[b + 1], p[b + 2]);
  }
}

void oscEvent(OscMessage message) {
  if (message.checkAddrPattern("/dance/p1/t")) {
    float[] fresh = new float[72];
    for (int k = 0; k < 72; k++) fresh[k] = message.get(k).floatValue();
    joints = fresh;
  } else if (message.checkAddrPattern("/dance/beat/pulse")) {
    pulse = message.get(0).floatValue();
  }
}
