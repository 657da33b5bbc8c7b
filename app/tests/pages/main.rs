//! Pages drawn from plain values, without a server and without a browser: what they say, and where their links lead.

mod drawn;
mod entity;
mod home;
mod list;
mod problems;
mod samples;
