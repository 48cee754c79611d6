//! Who is heard when, as a document.
