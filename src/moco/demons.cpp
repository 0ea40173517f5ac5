#include "cmrt1/moco/demons.h"

// GCC 12 misreads the unrolled loops of itk::Size as running past two dimensions.
#pragma GCC diagnostic ignored "-Warray-bounds"
#include <itkDiffeomorphicDemonsRegistrationFilter.h>

#include "moco/itk_image.h"

namespace cmrt1 {
namespace {

using ItkField = itk::Image<itk::Vector<float, 2>, 2>;
using Demons = itk::DiffeomorphicDemonsRegistrationFilter<ItkImage, ItkImage, ItkField>;

ItkField::Pointer to_itk(const DisplacementField& field) {
  auto image = allocate<ItkField>(field.x.rows(), field.x.cols());
  for (Eigen::Index i = 0; i < field.x.size(); ++i) {
    image->GetBufferPointer()[i][0] = field.x.data()[i];
    image->GetBufferPointer()[i][1] = field.y.data()[i];
  }
  return image;
}

DisplacementField from_itk(const ItkField& image, Eigen::Index rows, Eigen::Index columns) {
  DisplacementField field{Pixels(rows, columns), Pixels(rows, columns)};
  for (Eigen::Index i = 0; i < field.x.size(); ++i) {
    field.x.data()[i] = image.GetBufferPointer()[i][0];
    field.y.data()[i] = image.GetBufferPointer()[i][1];
  }
  return field;
}

}  // namespace

DisplacementField register_demons(const Pixels& fixed, const Pixels& moving, const DisplacementField& start,
                                  const DemonsOptions& options) {
  keep_itk_on_calling_thread();
  auto demons = Demons::New();
  demons->SetFixedImage(to_itk(fixed));
  demons->SetMovingImage(to_itk(moving));
  demons->SetInitialDisplacementField(to_itk(start));
  demons->SetNumberOfIterations(static_cast<itk::IdentifierType>(options.iterations));
  demons->SetMaximumUpdateStepLength(options.max_step_px);
  demons->SetIntensityDifferenceThreshold(options.threshold);
  demons->SetSmoothDisplacementField(options.field_smoothing_px > 0);
  demons->SetStandardDeviations(options.field_smoothing_px);
  demons->SetSmoothUpdateField(options.update_smoothing_px > 0);
  demons->SetUpdateFieldStandardDeviations(options.update_smoothing_px);
  demons->Update();
  return from_itk(*demons->GetOutput(), fixed.rows(), fixed.cols());
}

}  // namespace cmrt1
