//! Which moment a query about the past is of, held fast for all pages of its answer.

use platform::access::Caller;
use platform::error::Error;

use crate::service::{AsOf, Catalog};
use crate::store;

impl Catalog {
    /// The moment as a `seq` that the log holds. A time means other versions when it is yet to come, and even one that
    /// has just passed may do so: a version that was begun before and is committed after. A `seq` means the same for ever.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn moment(&self, caller: &Caller, as_of: Option<AsOf>) -> Result<Option<i64>, Error> {
        let reader = self.reader(caller)?;
        let Some(as_of) = as_of else { return Ok(None) };
        Ok(Some(match as_of {
            AsOf::Seq(seq) => seq.min(store::newest_seq(reader.database()).await?),
            AsOf::Time(time) => store::seq_at(reader.database(), time).await?,
        }))
    }
}
