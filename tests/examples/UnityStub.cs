// As much of UnityEngine as FarandoleReceiver.cs names, and a program that feeds its decoder: datagrams come on the
// standard input, each behind its length; the newest pose goes to the standard output.

namespace UnityEngine
{
    public struct Vector3
    {
        public float x, y, z;
        public static Vector3 one = new Vector3(1, 1, 1);
        public Vector3(float x, float y, float z) { this.x = x; this.y = y; this.z = z; }
        public static Vector3 operator *(Vector3 v, float s) { return new Vector3(v.x * s, v.y * s, v.z * s); }
    }

    public struct Quaternion
    {
        public float x, y, z, w;
        public Quaternion(float x, float y, float z, float w) { this.x = x; this.y = y; this.z = z; this.w = w; }
        public static Quaternion operator *(Quaternion a, Quaternion b) { return a; }
        public static Quaternion Inverse(Quaternion q) { return q; }
    }

    public class Transform
    {
        public Vector3 localPosition, position, localScale;
        public Quaternion rotation;
        public void SetParent(Transform parent, bool worldPositionStays) { }
        public Vector3 TransformPoint(Vector3 v) { return v; }
    }

    public class GameObject
    {
        public string name;
        public Transform transform = new Transform();
        public static GameObject CreatePrimitive(PrimitiveType type) { return new GameObject(); }
    }

    public class MonoBehaviour { public Transform transform = new Transform(); }

    public class Animator : MonoBehaviour
    {
        public bool enabled;
        public Transform GetBoneTransform(HumanBodyBones bone) { return null; }
    }

    public enum PrimitiveType { Sphere }

    public enum HumanBodyBones { Hips }
}

public static class Program
{
    public static void Main()
    {
        FarandoleBody body = new FarandoleBody();
        System.IO.Stream input = System.Console.OpenStandardInput();
        byte[] head = new byte[4];
        while (input.Read(head, 0, 4) == 4)
        {
            byte[] datagram = new byte[head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3]];
            for (int got = 0; got < datagram.Length;) got += input.Read(datagram, got, datagram.Length - got);
            body.Read(datagram, datagram.Length);
        }
        System.Console.WriteLine(body.FrameNumber + " " + body.BeatCount);
        for (int joint = 0; joint < FarandoleBody.Names.Length; joint++)
        {
            string line = FarandoleBody.Names[joint];
            for (int k = 0; k < 3; k++) line += " " + body.Positions[3 * joint + k].ToString("R");
            for (int k = 0; k < 4; k++) line += " " + body.Rotations[4 * joint + k].ToString("R");
            System.Console.WriteLine(line);
        }
    }
}
