//! The agenda and the renditions, pressed into one PDF that proves itself.
