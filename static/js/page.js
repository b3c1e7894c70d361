// For pages that are complete as they come: times in the visitor's own zone, and buttons that copy.
import { enableCopying, localiseTimes } from "./dom.js";

localiseTimes();
enableCopying();
