"""The job kinds, one file each; the file's name is the kind's name."""
