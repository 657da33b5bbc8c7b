//! Templates of somebody who means harm, started as a person starts them: the catalog reads them, the service takes the
//! answers, a worker runs the steps. What they try fails and says why, and leaves nothing behind.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what a test relies on may fail it")]

mod archives;
mod custom;
mod output;
mod paths;
mod portal;
mod requests;
mod resources;
mod secrets;
