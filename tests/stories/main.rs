//! What a person does with the program and what comes out: a file per story.
