#include "cmrt1/write/segmentation_record.h"

namespace cmrt1 {

Prediction delivered_prediction(const SliceSegmentation& slice) { return slice.predicted[slice.winner]; }

}  // namespace cmrt1
