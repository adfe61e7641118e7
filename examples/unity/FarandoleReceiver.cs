// Shows Farandole's dancer in Unity: spheres at every joint, or the pose of a Humanoid avatar.
//
// Put this on an empty GameObject and press Play. It listens on `port` for the Flat profile with quaternions or for
// the Vector profile, and needs no package. For an avatar, drag its Animator (Humanoid rig, standing in T-pose, facing
// the receiver's +Z) into `avatar`.
//
// Farandole speaks metres, right-handed, Y up, the dancer's left is +X. Unity is left-handed, so everything is
// mirrored in x: p = (-x, y, z) and q = (x, -y, -z, w).

using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using UnityEngine;

public class FarandoleReceiver : MonoBehaviour
{
    public int port = 10001;
    public Animator avatar;
    public float jointSize = 0.06f;

    readonly FarandoleBody body = new FarandoleBody();
    readonly byte[] datagram = new byte[65536];
    Socket socket;
    Transform[] spheres;
    Transform[] bones;
    Quaternion[] bonesAtRest;
    float hipsHeight;

    /// <summary>Beats since the show began; it rises by one on every beat.</summary>
    public int BeatCount { get { return body.BeatCount; } }

    void Start()
    {
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Blocking = false;
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        if (avatar == null) MakeSpheres(); else FindBones();
    }

    void Update()
    {
        // Everything that has come, so that the newest pose is shown and nothing piles up.
        while (socket.Available > 0)
        {
            int length;
            try { length = socket.Receive(datagram); }
            catch (SocketException) { break; }
            body.Read(datagram, length);
        }
        for (int joint = 0; joint < FarandoleBody.Names.Length; joint++)
        {
            if (spheres != null) spheres[joint].localPosition = Position(joint);
            if (bones != null && bones[joint] != null)
                bones[joint].rotation = transform.rotation * Rotation(joint) * bonesAtRest[joint];
        }
        if (bones != null && bones[0] != null)
            bones[0].position = transform.TransformPoint(Position(0) * (hipsHeight / FarandoleBody.HipsHeight));
    }

    void OnDestroy()
    {
        if (socket != null) socket.Close();
    }

    Vector3 Position(int joint)
    {
        int at = 3 * joint;
        return new Vector3(-body.Positions[at], body.Positions[at + 1], body.Positions[at + 2]);
    }

    Quaternion Rotation(int joint)
    {
        int at = 4 * joint;
        float[] q = body.Rotations;
        return new Quaternion(q[at], -q[at + 1], -q[at + 2], q[at + 3]);
    }

    void MakeSpheres()
    {
        spheres = new Transform[FarandoleBody.Names.Length];
        for (int joint = 0; joint < spheres.Length; joint++)
        {
            GameObject sphere = GameObject.CreatePrimitive(PrimitiveType.Sphere);
            sphere.name = FarandoleBody.Names[joint];
            sphere.transform.SetParent(transform, false);
            sphere.transform.localScale = Vector3.one * jointSize;
            spheres[joint] = sphere.transform;
        }
    }

    void FindBones()
    {
        bones = new Transform[FarandoleBody.Names.Length];
        bonesAtRest = new Quaternion[bones.Length];
        for (int joint = 0; joint < bones.Length; joint++)
        {
            if (FarandoleBody.Bones[joint] == null) continue;
            HumanBodyBones bone = (HumanBodyBones)Enum.Parse(typeof(HumanBodyBones), FarandoleBody.Bones[joint]);
            bones[joint] = avatar.GetBoneTransform(bone);
            if (bones[joint] != null)
                bonesAtRest[joint] = Quaternion.Inverse(transform.rotation) * bones[joint].rotation;
        }
        // The Animator would overwrite the pose after every Update.
        avatar.enabled = false;
        if (bones[0] != null) hipsHeight = bones[0].position.y - transform.position.y;
    }
}

/// <summary>The newest pose and beat, filled in from OSC datagrams. Knows nothing of Unity.</summary>
public class FarandoleBody
{
    // Parents come before their children, so that rotations can be set in this order.
    public static readonly string[] Names =
    {
        "pelvis", "hip_l", "hip_r", "spine_lower", "knee_l", "knee_r", "spine_middle", "ankle_l", "ankle_r",
        "spine_upper", "foot_l", "foot_r", "neck", "collar_l", "collar_r", "head", "shoulder_l", "shoulder_r",
        "elbow_l", "elbow_r", "wrist_l", "wrist_r", "hand_l", "hand_r",
    };

    // What Unity calls them; the last two, in the middle of the hand, have no bone.
    public static readonly string[] Bones =
    {
        "Hips", "LeftUpperLeg", "RightUpperLeg", "Spine", "LeftLowerLeg", "RightLowerLeg", "Chest", "LeftFoot",
        "RightFoot", "UpperChest", "LeftToes", "RightToes", "Neck", "LeftShoulder", "RightShoulder", "Head",
        "LeftUpperArm", "RightUpperArm", "LeftLowerArm", "RightLowerArm", "LeftHand", "RightHand", null, null,
    };

    public const float HipsHeight = 0.95f;

    public readonly float[] Positions = new float[3 * Names.Length];
    public readonly float[] Rotations = new float[4 * Names.Length];
    public int BeatCount;
    public int FrameNumber;

    const string Dancer = "/dance/p1/";
    readonly Dictionary<string, int> joints = new Dictionary<string, int>();

    public FarandoleBody()
    {
        for (int joint = 0; joint < Names.Length; joint++)
        {
            joints[Names[joint]] = joint;
            Rotations[4 * joint + 3] = 1f;
        }
    }

    /// <summary>Read one datagram; whatever in it is not ours is skipped.</summary>
    public void Read(byte[] data, int length)
    {
        if (length < 16 || Text(data, 0, length) != "#bundle") return;
        int at = 16;
        while (at + 4 <= length)
        {
            int size = Int(data, at);
            at += 4;
            if (size <= 0 || size > length - at) return;
            ReadMessage(data, at, at + size);
            at += size;
        }
    }

    void ReadMessage(byte[] data, int at, int end)
    {
        string address = Text(data, at, end);
        at += Padded(address.Length);
        string types = Text(data, at, end);
        at += Padded(types.Length);
        if (types.Length < 2 || types[0] != ',' || at + 4 * (types.Length - 1) > end) return;
        if (types == ",i")
        {
            if (address == Dancer + "frame") FrameNumber = Int(data, at);
            if (address == "/dance/beat/count") BeatCount = Int(data, at);
            return;
        }
        if (types.Trim('f') != "," || !address.StartsWith(Dancer)) return;
        // Flat says "pelvis:tx", Vector says "pelvis/t".
        string[] parts = address.Substring(Dancer.Length).Split(':', '/');
        int joint;
        if (parts.Length != 2 || parts[1].Length == 0 || !joints.TryGetValue(parts[0], out joint)) return;
        float[] values = parts[1][0] == 't' ? Positions : parts[1][0] == 'q' ? Rotations : null;
        if (values == null) return;
        int width = values == Positions ? 3 : 4;
        int first = parts[1].Length == 1 ? 0 : "xyzw".IndexOf(parts[1][1]);
        int count = types.Length - 1;
        if (first < 0 || first + count > width) return;
        for (int k = 0; k < count; k++) values[width * joint + first + k] = Float(data, at + 4 * k);
    }

    static string Text(byte[] data, int at, int end)
    {
        int stop = at;
        while (stop < end && data[stop] != 0) stop++;
        return at < end ? Encoding.ASCII.GetString(data, at, stop - at) : "";
    }

    static int Padded(int textLength) { return (textLength / 4 + 1) * 4; }

    static int Int(byte[] data, int at)
    {
        return data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
    }

    static float Float(byte[] data, int at)
    {
        return BitConverter.ToSingle(BitConverter.GetBytes(Int(data, at)), 0);
    }
}
