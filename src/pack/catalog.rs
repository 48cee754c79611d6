//! What a pack says about itself: title, language, dates, labels, the way it opens.
//!
//! The dates are the meeting's and the identifier comes from the plan, so the same plan gives the same file.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use sha2::Digest;

use crate::pack::paging::{Cut, Held};
use crate::pack::plan::Plan;
use crate::panel::when::long_date;
use crate::pdf::packing::Packing;
use crate::pdf::spell;
use crate::pdf::writer::PdfWriter;

/// The root of a pack.
#[derive(Debug)]
pub struct Catalog<'a> {
    pub plan: &'a Plan,
    pub held: &'a Held,
    /// Object numbers of the page tree and of the outline.
    pub pages: u32,
    pub outlines: u32,
}

impl Catalog<'_> {
    /// Writes it and gives what the trailer says of it.
    ///
    /// Fails when the file cannot be written.
    pub fn write<W: Write>(&self, writer: &mut PdfWriter<W>) -> io::Result<Vec<u8>> {
        let [root, info, metadata] = [(); 3].map(|()| writer.number());
        writer.stream(metadata, b"/Type/Metadata/Subtype/XML", Packing::default(), self.xmp().as_bytes())?;
        let body = format!(
            "<</Type/Catalog/Pages {} 0 R/Outlines {} 0 R/PageMode/UseOutlines/Lang(en-GB)/Metadata {metadata} 0 R\
             /ViewerPreferences<</DisplayDocTitle true>>/PageLabels<</Nums[{}]>>>>",
            self.pages,
            self.outlines,
            self.labels()
        );
        writer.object(root, body.into_bytes())?;
        writer.object(info, self.info())?;
        let spelt = serde_json::to_vec(&(self.plan, self.held.runs())).map_err(io::Error::other)?;
        // Sixteen bytes that stand for the file.
        let id: String =
            sha2::Sha256::digest(&spelt)[..16].iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(format!("/Root {root} 0 R/Info {info} 0 R/ID[<{id}><{id}>]").into_bytes())
    }

    /// Each stretch of pages goes on from a number of its own.
    fn labels(&self) -> String {
        let mut at = 0;
        let label = |run: &Cut| {
            let label = format!("{at}<</S/D/St {}>>", run.first);
            at += run.last + 1 - run.first;
            label
        };
        self.held.runs().iter().map(label).collect()
    }

    fn title(&self) -> String {
        let facts = &self.plan.facts;
        format!(
            "{}, {}: meeting pack, version {}",
            facts.heading.panel,
            long_date(self.plan.meeting.date),
            facts.version
        )
    }

    fn held(&self) -> DateTime<Utc> {
        self.plan.meeting.starts.to_utc()
    }

    fn info(&self) -> Vec<u8> {
        let mut body = b"<<".to_vec();
        let facts = &self.plan.facts;
        let entries = [
            ("/Title ", self.title()),
            ("/Author ", facts.heading.council.clone()),
            ("/Subject ", facts.heading.marking.clone()),
            ("/Keywords ", facts.heading.marking.clone()),
            ("/Creator ", "panelclerk".to_owned()),
        ];
        for (key, value) in entries {
            body.extend_from_slice(key.as_bytes());
            spell::text(&mut body, &value);
        }
        let date = self.held().format("D:%Y%m%d%H%M%SZ");
        body.extend_from_slice(format!("/CreationDate({date})/ModDate({date})>>").as_bytes());
        body
    }

    fn xmp(&self) -> String {
        let facts = &self.plan.facts;
        let date = self.held().format("%Y-%m-%dT%H:%M:%SZ");
        let [title, council, marking] =
            [&self.title(), &facts.heading.council, &facts.heading.marking].map(|text| escape(text));
        format!(
            "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
             <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n\
             <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
             <dc:creator><rdf:Seq><rdf:li>{council}</rdf:li></rdf:Seq></dc:creator>\n\
             <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{marking}</rdf:li></rdf:Alt></dc:description>\n\
             <dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language>\n\
             <pdf:Keywords>{marking}</pdf:Keywords><xmp:CreatorTool>panelclerk</xmp:CreatorTool>\n\
             <xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\n\
             </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
