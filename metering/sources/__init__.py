"""Where usage comes from: files and other systems, each read as rows that hold one CloudEvent."""
