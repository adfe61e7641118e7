"""Move empties with Farandole's dancer in Blender: paste into the Text Editor and run it; run it again to stop.

The target in Farandole's preset:  profile = "vector", up = "z", port = 10003. It makes one empty for each joint, in a
collection "Farandole", 60 times a second; parent meshes to them, or use them as targets of a rig's constraints. With
`rotations = "quaternions"` the empties turn as well.
"""

import socket
import struct

import bpy

PORT = 10003
COLLECTION = "Farandole"
DANCER = "/dance/p1/"


def read_packet(data):
    """Return {address: [numbers]} of an OSC bundle; whatever in it is not ours is skipped."""
    found = {}
    if not data.startswith(b"#bundle\0"):
        return found
    at = 16
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        message = data[at + 4 : at + 4 + size]
        at += 4 + size
        address, _, _ = message.partition(b"\0")
        types_at = (len(address) // 4 + 1) * 4
        types = message[types_at:].partition(b"\0")[0][1:].decode("ascii", "replace")
        numbers_at = types_at + (len(types) + 1) // 4 * 4 + 4
        if types and not types.strip("if") and len(message) >= numbers_at + 4 * len(types):
            found[address.decode("ascii", "replace")] = struct.unpack_from(">" + types, message, numbers_at)
    return found


class Receiver:
    """Takes everything that has come since the last tick and moves the empties."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("0.0.0.0", PORT))
        self.socket.setblocking(False)
        self.empties = {}

    def tick(self):
        """Run by Blender's timer; return when to be called again."""
        newest = {}
        try:
            while True:
                newest.update(read_packet(self.socket.recv(65536)))
        except BlockingIOError:
            pass
        for address, numbers in newest.items():
            joint, _, what = address[len(DANCER) :].partition("/")
            if address.startswith(DANCER) and what == "t" and len(numbers) == 3:
                self.empty(joint).location = numbers
            elif address.startswith(DANCER) and what == "q" and len(numbers) == 4:
                x, y, z, w = numbers
                self.empty(joint).rotation_quaternion = (w, x, y, z)
        return 1 / 60

    def empty(self, joint):
        """Return the empty of a joint, new or known."""
        if joint not in self.empties:
            name = "farandole." + joint
            empty = bpy.data.objects.get(name) or bpy.data.objects.new(name, None)
            empty.empty_display_size = 0.05
            empty.rotation_mode = "QUATERNION"
            collection = bpy.data.collections.get(COLLECTION)
            if collection is None:
                collection = bpy.data.collections.new(COLLECTION)
                bpy.context.scene.collection.children.link(collection)
            if name not in collection.objects:
                collection.objects.link(empty)
            self.empties[joint] = empty
        return self.empties[joint]


def main():
    """Stop the receiver that runs, or start one."""
    running = bpy.app.driver_namespace.pop("farandole", None)
    if running is not None:
        bpy.app.timers.unregister(running.tick)
        running.socket.close()
        return
    receiver = Receiver()
    bpy.app.driver_namespace["farandole"] = receiver
    bpy.app.timers.register(receiver.tick, persistent=True)


if __name__ == "__main__":
    main()
