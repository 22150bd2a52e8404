"""What a template sounds like: files played, stretched, enveloped, ducked, summed, mastered."""
