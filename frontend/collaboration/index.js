// On every record's page: people offered after "@", and files dropped, pasted or chosen.
import "./files.js";
import "./mention.js";
