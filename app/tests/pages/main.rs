//! Pages drawn from plain values, without a server and without a browser: what they say, and where their links lead.

mod access;
mod api;
mod comparison;
mod components;
mod create;
mod drawn;
mod entity;
mod graph;
mod home;
mod list;
mod people;
mod problems;
mod runs;
mod samples;
mod search;
mod time;
