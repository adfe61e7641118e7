"""Bodies in motion: skeleton, rotations, kinematics, and the buffer that joins chunks."""
