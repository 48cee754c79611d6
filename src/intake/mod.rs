//! The shared folder into the register.
