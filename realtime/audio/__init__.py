"""Where the music comes from: devices, files, the demo track."""
