"""Build a dancer of spheres in TouchDesigner: paste into a Text DAT, then right-click it and choose Run Script.

It makes, beside the Text DAT: OSC In -> for each axis a Select and a Shuffle -> Merge -> a Geometry COMP that draws
one sphere at each joint; a Camera, a Light and a Render TOP. Running it again replaces what it made.
"""

PORT = 10000
NAME = "farandole"
JOINTS = (
    "pelvis hip_l hip_r spine_lower knee_l knee_r spine_middle ankle_l ankle_r spine_upper foot_l foot_r neck "
    "collar_l collar_r head shoulder_l shoulder_r elbow_l elbow_r wrist_l wrist_r hand_l hand_r"
).split()


def build(parent):
    """Return the new component."""
    old = parent.op(NAME)
    if old is not None:
        old.destroy()
    stage = parent.create(baseCOMP, NAME)
    osc = stage.create(oscinCHOP, "osc_in")
    osc.par.port = PORT
    # "/dance/p1/pelvis:tx" becomes the channel "p1/pelvis:tx".
    osc.par.stripsegments = 1
    # A queue would add latency; a pose that is late is of no use.
    osc.par.queued = False
    merge = stage.create(mergeCHOP, "joints")
    merge.nodeX, merge.nodeY = 600, 0
    for row, axis in enumerate(("tx", "ty", "tz")):
        select = stage.create(selectCHOP, "select_" + axis)
        select.par.channames = " ".join(f"p1/{joint}:{axis}" for joint in JOINTS)
        select.inputConnectors[0].connect(osc)
        select.nodeX, select.nodeY = 200, -150 * row
        shuffle = stage.create(shuffleCHOP, "shuffle_" + axis)
        # 24 channels of one sample become one channel of 24 samples: one sample for each sphere.
        shuffle.par.method = "seqall"
        shuffle.par.firstsample = True
        shuffle.par.commonrenamefrom = "*"
        shuffle.par.commonrenameto = axis
        shuffle.inputConnectors[0].connect(select)
        shuffle.nodeX, shuffle.nodeY = 400, -150 * row
        merge.inputConnectors[row].connect(shuffle)
    spheres = stage.create(geometryCOMP, "dancer")
    spheres.nodeX = 800
    for torus in spheres.children:
        torus.destroy()
    sphere = spheres.create(sphereSOP, "sphere")
    sphere.par.radx = sphere.par.rady = sphere.par.radz = 0.05
    sphere.render = sphere.display = True
    spheres.par.instancing = True
    spheres.par.instanceop = merge
    spheres.par.instancetx, spheres.par.instancety, spheres.par.instancetz = "tx", "ty", "tz"
    camera = stage.create(cameraCOMP, "camera")
    camera.par.ty, camera.par.tz = 1.0, 4.0
    light = stage.create(lightCOMP, "light")
    light.par.tx, light.par.ty, light.par.tz = 2.0, 4.0, 4.0
    render = stage.create(renderTOP, "render")
    for row, operator in enumerate((camera, light, render)):
        operator.nodeX, operator.nodeY = 1000, -150 * row
    render.par.camera, render.par.geometry, render.par.lights = camera, spheres, light
    render.viewer = True
    return stage


build(me.parent())
