//! One dropped file: what it is, what it says, and the PDF made of it.
