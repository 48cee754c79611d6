//! The limited process in which every dropped file is opened.
