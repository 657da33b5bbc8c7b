//! The design system, each component in its states, as it is sent.

mod controls;
mod order;
mod overlays;
