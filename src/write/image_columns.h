#pragma once
/// The columns that the tables of all programs share which look at images one by one.

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/write/image_record.h"
#include "write/columns.h"

namespace cmrt1 {

/// What such a row says of its image. A table's own row derives from it, with what was found in the image.
struct ImageRow {
  std::string input;
  std::size_t number = 0;
  const ImageSeries* series = nullptr;
  std::string sop_instance_uid, status, reasons, folder, message;
};

/// Of image `number` of a record; `folder` is where its files are, if it could be read.
template <typename Record>
ImageRow image_row(const Record& record, std::size_t number, const std::filesystem::path& folder) {
  const Frame& frame = record.series.frames[number];
  ImageRow row{frame.source.name(), number, &record.series, frame.sop_instance_uid, "", "", "", ""};
  row.status = image_status(record, number);
  row.reasons = image_reasons(record, number);
  if (record.slices[number]) row.folder = folder.string();
  row.message = record.loaded.images[number].message;
  return row;
}

/// Of an image, or a file of no series, that could not be processed.
ImageRow failed_image_row(const std::string& input, const ImageSeries& series, std::size_t number,
                          const std::string& reason, const std::string& message);

std::vector<Column<ImageRow>> identity_columns();  ///< which image it is, and what became of it
std::vector<Column<ImageRow>> flag_columns();      ///< whether and why a person must look at it
std::vector<Column<ImageRow>> file_columns();      ///< where its files are

}  // namespace cmrt1
